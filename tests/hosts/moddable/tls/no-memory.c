// SPDX-License-Identifier: MIT

// `no-memory VERSION CODE…`: for each code 1 when it means that memory was short, 2 when it may mean it, else 0.

#include <stdio.h>
#include <stdlib.h>
#include "tls-no-memory.h"

int main(int count, char **words)
{
	for (int i = 2; i < count; i++) {
		int error = (int)strtol(words[i], NULL, 0), version = atoi(words[1]);
		putchar('0' + tlsMeansNoMemory(error, version) + 2 * tlsMayMeanNoMemory(error, version));
	}
	return 0;
}
