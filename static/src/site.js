// Loaded on every page: one behaviour a module, attached by data attributes.

import { attachDivider } from "./labs/divider.js";
import { attachTabs } from "./labs/tabs.js";
import { attachTasks } from "./labs/tasks.js";
import { attachTheme } from "./labs/theme.js";
import { attachTime } from "./labs/times.js";
import { attachTry } from "./labs/tries.js";

const each = (selector, attach) => document.querySelectorAll(selector).forEach((element) => attach(element));

each("[data-theme-toggle]", attachTheme);
each("[data-divider]", attachDivider);
each("[data-tabs]", attachTabs);
each("[data-try]", attachTry);
each("[data-local-time]", attachTime);
if (document.querySelector("[data-tasks]")) attachTasks();
