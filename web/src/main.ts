import "./ui/tokens.css";
import "./ui/base.css";

import { mount } from "svelte";

import App from "./App.svelte";
import { app } from "./state/app.svelte.js";

const target = document.getElementById("app");
if (target === null) throw new Error("The page has no element with the id app.");

mount(App, { target, props: { app } });
