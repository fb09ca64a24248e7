// Where things lie in the worker's file system.

/** The Python libraries. */
export const LIBRARY_FOLDER = "/lib/entrypoint";

/** The learner's home. */
export const HOME = "/home/learner";

/** The folders that the learner may change; they survive a restart of the worker. */
export const LEARNERS_FOLDERS = [HOME, "/tmp"];
