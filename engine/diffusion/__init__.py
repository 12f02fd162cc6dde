"""The mathematics of sampling: schedules, denoisers, update rules, noise, and the one loop."""
