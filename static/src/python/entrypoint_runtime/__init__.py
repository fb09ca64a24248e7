"""What makes the unmodified AWS CLI and boto3 run inside a browser's worker.

One module per behaviour that has to differ; `install` puts them in place in the one order that works. No module keeps
a JavaScript object: all of it can live in a memory snapshot.
"""
