"""The built-in views, one file each: `VIEW` in it, and its name is the file's with - for _.

A new file here is a new view; nothing else has to be told.
"""
