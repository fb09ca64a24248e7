# expect: users asked-one
aws iam get-user --user-name learner
