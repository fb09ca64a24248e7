# expect: compute terminated
image=$(aws ssm get-parameter \
  --name /aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64 \
  --query Parameter.Value --output text)
ids=$(aws ec2 run-instances --image-id "$image" --instance-type t3.micro --count 2 \
  --query "Instances[].InstanceId" --output text)
aws ec2 terminate-instances --instance-ids $ids
