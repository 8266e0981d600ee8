"""The 15 corruptions of SD-HZ-C."""
