"""The tests, flat: test_<module>.py beside what they share in conftest.py."""
