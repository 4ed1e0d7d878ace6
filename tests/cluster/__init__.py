"""`make cluster-test`: the files of deploy/cluster on loopback, with readers, while things die."""
