// SPDX-License-Identifier: MIT

// The tests of pairing on both engines count with this one.

import { testHostCrypto } from "../../../support/crypto-tests.ts";
import { testCrypto } from "../../../support/test-crypto.ts";

testHostCrypto("tests", testCrypto());
