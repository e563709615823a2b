// @ts-check
// Opens the phone's store while the style and the app are still on their way.
import { first_look } from "../outbox/store.js";

first_look();
