# expect: users asked-roles
aws iam list-roles
