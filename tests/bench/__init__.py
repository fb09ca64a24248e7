"""`make bench`: our gateway beside moto_server and ministack, from one run on one machine."""
