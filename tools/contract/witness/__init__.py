"""A second opinion on a change, by values alone: is there one that one side accepts and the other refuses?"""
