// What a learner finds in the home folder when a lesson begins.

import { HOME } from "../shared/layout.js";

const PRIVATE = 0o600;
const encode = (text) => new TextEncoder().encode(text);

/**
 * @param {{region: string, credentials: {access_key_id: string, secret_access_key: string},
 *   files: Record<string, string>}} config
 * @returns {import("./learner-files.js").Change[]}
 */
export function homeFiles({ region, credentials, files }) {
  const credentialLines = [
    "[default]",
    `aws_access_key_id = ${credentials.access_key_id}`,
    `aws_secret_access_key = ${credentials.secret_access_key}`,
  ];
  const configLines = ["[default]", `region = ${region}`, "output = json"];
  const secret = ([name, lines]) => file(`.aws/${name}`, `${lines.join("\n")}\n`, PRIVATE);
  return [
    ...[["credentials", credentialLines], ["config", configLines]].map(secret),
    ...Object.entries(files ?? {}).map(([path, text]) => file(path, text)),
  ];
}

function file(path, text, mode) {
  return { path: `${HOME}/${path}`, kind: "file", data: encode(text), mode };
}
