set -eu

aws sts get-caller-identity

aws s3 mb "s3://$BUCKET"
echo "hello" > "$KEY"
aws s3 cp "$KEY" "s3://$BUCKET/$KEY"

image=$(aws ssm get-parameter \
  --name /aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64 \
  --query Parameter.Value --output text)
aws ec2 run-instances --image-id "$image" --instance-type t3.micro

trust='{"Version": "2012-10-17", "Statement": [
  {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]}'
role=$(aws iam create-role --role-name "$FUNCTION-role" --assume-role-policy-document "$trust" \
  --query Role.Arn --output text)
echo 'def handler(event, context): return "hello"' > app.py
python3 -m zipfile -c app.zip app.py
aws lambda create-function --function-name "$FUNCTION" --runtime python3.13 --handler app.handler \
  --role "$role" --zip-file fileb://app.zip

aws iam list-users
