# expect: function role-not-trusted
account=$(aws sts get-caller-identity --query Account --output text)
echo 'def handler(event, context): return "hello"' > app.py
python3 -m zipfile -c app.zip app.py
aws lambda create-function --function-name "$FUNCTION" --runtime python3.13 --handler app.handler \
  --role "arn:aws:iam::$account:role/no-such-role" --zip-file fileb://app.zip
