# Forty commands over fourteen services, as somebody types them into a terminal; `expect` stops at the first wrong answer.
set -eu

count=0
aws_counted() { count=$((count + 1)); aws "$@"; }
expect() { [ "$1" = "$2" ] || { echo "expected '$2', got '$1' after $count commands" >&2; exit 1; }; }
value() { count=$((count + 1)); got=$(aws "$@" --output text); }

# who, where
value sts get-caller-identity --query Account
account=$got
value ec2 describe-availability-zones --query 'length(AvailabilityZones)'
expect "$got" 3

# objects: high level and low level, a body of several parts, a presigned address, versions
bucket=forty-$account
aws_counted s3 mb "s3://$bucket"
echo hello > hello.txt
aws_counted s3 cp hello.txt "s3://$bucket/a b/ä+&=.txt"
aws_counted s3 cp "s3://$bucket/a b/ä+&=.txt" back.txt
expect "$(cat back.txt)" hello
head -c 9000000 /dev/zero > large.bin
aws_counted s3 cp large.bin "s3://$bucket/large.bin"
value s3api head-object --bucket "$bucket" --key large.bin --query ContentLength
expect "$got" 9000000
aws_counted s3api put-bucket-versioning --bucket "$bucket" --versioning-configuration Status=Enabled
aws_counted s3 sync . "s3://$bucket/all/" --exclude '*.bin' --exclude '.*'
value s3api list-objects-v2 --bucket "$bucket" --prefix all/ --query 'length(Contents)'
expect "$got" 2
aws_counted s3 presign "s3://$bucket/large.bin" > address.txt
expect "$(wc -l < address.txt | tr -d ' ')" 1
aws_counted s3 rm "s3://$bucket/large.bin"
aws_counted s3 ls "s3://$bucket/" > listing.txt
expect "$(grep -c large.bin listing.txt || true)" 0

# a role and what it may do
trust='{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole"}]}'
value iam create-role --role-name forty --assume-role-policy-document "$trust" --query Role.Arn
role=$got
aws_counted iam attach-role-policy --role-name forty --policy-arn arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole
value iam list-attached-role-policies --role-name forty --query 'AttachedPolicies[0].PolicyName'
expect "$got" AWSLambdaBasicExecutionRole

# a function
echo 'def handler(event, context): return "hello"' > app.py
python3 -m zipfile -c app.zip app.py
value lambda create-function --function-name forty --runtime python3.13 --handler app.handler --role "$role" \
  --zip-file fileb://app.zip --query Handler
expect "$got" app.handler
value lambda list-functions --query 'Functions[].FunctionName'
expect "$got" forty

# a table
aws_counted dynamodb create-table --table-name forty --attribute-definitions AttributeName=id,AttributeType=S \
  --key-schema AttributeName=id,KeyType=HASH --billing-mode PAY_PER_REQUEST > made.json
aws_counted dynamodb wait table-exists --table-name forty
aws_counted dynamodb put-item --table-name forty --item '{"id": {"S": "1"}, "n": {"N": "7"}}'
value dynamodb get-item --table-name forty --key '{"id": {"S": "1"}}' --query Item.n.N
expect "$got" 7
value dynamodb query --table-name forty --key-condition-expression 'id = :i' \
  --expression-attribute-values '{":i": {"S": "1"}}' --query Count
expect "$got" 1

# messages
value sqs create-queue --queue-name forty --query QueueUrl
queue=$got
aws_counted sqs send-message --queue-url "$queue" --message-body "first" > made.json
value sqs receive-message --queue-url "$queue" --query 'Messages[0].Body'
expect "$got" first
value sns create-topic --name forty --query TopicArn
topic=$got
value sns publish --topic-arn "$topic" --message hello --query 'length(MessageId)'
expect "$got" 36

# secrets and parameters
value kms create-key --query KeyMetadata.KeyId
key=$got
printf 'plain' > plain.txt
value kms encrypt --key-id "$key" --plaintext fileb://plain.txt --query CiphertextBlob
printf '%s' "$got" | base64 -d > secret.bin
value kms decrypt --ciphertext-blob fileb://secret.bin --query Plaintext
expect "$(printf '%s' "$got" | base64 -d)" plain
aws_counted secretsmanager create-secret --name forty --secret-string hush > made.json
value secretsmanager get-secret-value --secret-id forty --query SecretString
expect "$got" hush
aws_counted ssm put-parameter --name /forty/one --type SecureString --value deep > made.json
value ssm get-parameter --name /forty/one --with-decryption --query Parameter.Value
expect "$got" deep

# a network, a stack, logs, metrics
value ec2 create-vpc --cidr-block 10.9.0.0/16 --query Vpc.CidrBlock
expect "$got" 10.9.0.0/16
echo '{"Resources": {"Queue": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "from-a-stack"}}}}' > stack.json
aws_counted cloudformation create-stack --stack-name forty --template-body file://stack.json > made.json
aws_counted cloudformation wait stack-create-complete --stack-name forty
aws_counted logs create-log-group --log-group-name forty
aws_counted cloudwatch put-metric-data --namespace Forty --metric-name Count --value 1

echo "$count commands"
