# expect: storage empty
aws s3 mb "s3://$BUCKET"
