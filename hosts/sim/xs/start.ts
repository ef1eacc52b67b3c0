// SPDX-License-Identifier: MIT

import { listen } from "./listen.ts";

listen();
