# expect: storage key-in-folder
aws s3 mb "s3://$BUCKET"
echo "hello" > "$KEY"
aws s3 cp "$KEY" "s3://$BUCKET/files/$KEY"
