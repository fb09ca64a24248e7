# expect: storage other-key
import os

import boto3

s3 = boto3.client("s3")
s3.create_bucket(Bucket=os.environ["BUCKET"], CreateBucketConfiguration={"LocationConstraint": s3.meta.region_name})
s3.put_object(Bucket=os.environ["BUCKET"], Key=os.environ["KEY"].upper(), Body=b"hello")
