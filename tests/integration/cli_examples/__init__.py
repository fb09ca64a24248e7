"""The commands that the AWS CLI documents, run against the sandbox: which end as they would at AWS."""
