"""What runs jobs on a machine: it takes them, prepares them, starts them and ships their journals."""
