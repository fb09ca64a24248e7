# expect: identify asked-iam
aws iam get-user
