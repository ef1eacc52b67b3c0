// SPDX-License-Identifier: MIT

#include "stand-ins.h"
