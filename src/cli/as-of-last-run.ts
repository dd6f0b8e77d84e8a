/** Under what is read from the lake: live figures beside it may be newer. */
export const asOfLastRun = "As of the last run of the pipeline: `finops status` says when.";
