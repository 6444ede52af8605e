"""Rules of the community room: on which days a duty falls, who may answer, how far a campaign has come. Pure."""
