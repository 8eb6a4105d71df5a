"""A second opinion on a change, by values alone: does one exist that one side accepts and the other refuses?"""
