// The lesson page.

import { attachWorkbench } from "./workbench/attach.js";

const workbench = document.querySelector("[data-workbench]");
if (workbench) window.workbench = attachWorkbench(workbench);
