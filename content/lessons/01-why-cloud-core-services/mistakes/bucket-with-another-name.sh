# expect: storage other-bucket
aws s3 mb "s3://$BUCKET-2"
