"""Scripts that clients which we did not write run against the site."""
