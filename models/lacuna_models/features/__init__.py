"""Classification networks whose features losses and measures compare. The user names one; none is shipped."""
