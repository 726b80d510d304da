"""From files of the data room to facts."""
