"""From a call to what must be allowed: actions, resources and condition keys, as in the Service Authorization Reference."""
