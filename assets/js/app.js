// What every page runs. Pages work without it; it only makes them quicker.
import htmx from "htmx.org/dist/htmx.esm.js";
import "./answers.js";
import "./charts.js";
import "./copy.js";
import { show } from "./dialogs.js";
import "./drafts.js";
import "./dropzone.js";
import "./forms.js";
import "./interview.js";
import "./keys.js";
import "./menus.js";
import "./notices.js";
import "./path.js";
import { say } from "./toasts.js";

window.htmx = htmx;
window.tuoke = { say, show }; // for board.js, a bundle of its own
