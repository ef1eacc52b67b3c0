// SPDX-License-Identifier: MIT

// As much of XS as our code in C uses, in the hands of a test. Every use of the engine from another task than its
// own ends the program, and each buffer is a block of memory by itself, for the address sanitizer.

#pragma once
#include <setjmp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// --- what a test is told

// Notes a call from the code under test.
void note(const char *format, ...) __attribute__((format(printf, 1, 2)));
// What the function of that name is to return; ESP_OK unless the test has said otherwise.
int resultOf(const char *name);

typedef enum { kEngineTask, kOtherTask } Task;
extern Task gTask;
// Ends the program when the task is another one.
void inTaskOf(Task task, const char *what);

// --- values

typedef enum { kUndefined, kBoolean, kNumber, kString, kBytes, kList, kFunction, kObject } Kind;
typedef struct Slot {
	Kind kind;
	double number;
	char *text;
	uint8_t *bytes;
	struct Slot *list;
	// Bytes, or elements of the list.
	uint32_t count;
} Slot;

typedef struct xsMachine {
	int32_t currentHeapCount, minimumHeapCount, maximumHeapCount;
	int32_t currentChunksSize, minimumChunksSize, maximumChunksSize;
} xsMachine;
typedef xsMachine txMachine;
typedef Slot xsSlot;
typedef int32_t xsIntegerValue;
typedef uint32_t xsUnsignedValue;

#define maxArguments 8
extern Slot gArguments[maxArguments];
extern Slot gVariables[4];
extern Slot gResult, gGlobal, gThis;
extern int gCount;
extern jmp_buf gEnd;

void throwError(const char *kind, const char *format, ...) __attribute__((noreturn, format(printf, 2, 3)));
int32_t integerOf(Slot slot);
bool isTrue(Slot slot);
char *toStringBuffer(Slot slot, char *text, int size);
void setArrayBuffer(Slot *slot, const void *bytes, int count);
void getBuffer(Slot slot, void **bytes, xsUnsignedValue *count);
Slot lengthOf(Slot list);
Slot elementOf(Slot list, int index);
// An object of options is the list of its values, in the order of the ids below.
Slot memberOf(Slot object, int id);
Slot *callbackOf(int id);
void callFunction(Slot function, Slot argument);
// Where an object has what is the code's own; a test that names no object has one in any case.
void **hostDataOf(Slot object);
// Blocks that the code has, counted.
void *allocate(size_t count, size_t size);
void deallocate(void *block);

#define xsArg(index) gArguments[index]
#define xsVar(index) gVariables[index]
#define xsResult gResult
#define xsGlobal gGlobal
#define xsThis gThis
#define xsmcArgc gCount
#define xsUndefinedType kUndefined
#define xsmcVars(count) inTaskOf(kEngineTask, "xsmcVars")
#define xsmcTypeOf(slot) ((slot).kind)
#define xsmcTest(slot) isTrue(slot)
#define xsmcToNumber(slot) ((slot).number)
#define xsmcToInteger(slot) integerOf(slot)
#define xsmcToStringBuffer(slot, text, size) toStringBuffer(slot, text, size)
#define xsmcSetUndefined(slot) ((slot) = (Slot){.kind = kUndefined})
#define xsmcSetNumber(slot, value) ((slot) = (Slot){.kind = kNumber, .number = (value)})
#define xsmcSetInteger(slot, value) ((slot) = (Slot){.kind = kNumber, .number = (int32_t)(value)})
#define xsmcSetBoolean(slot, value) ((slot) = (Slot){.kind = kBoolean, .number = !!(value)})
#define xsmcSetTrue(slot) xsmcSetBoolean(slot, true)
#define xsmcSetFalse(slot) xsmcSetBoolean(slot, false)
#define xsmcSetString(slot, value) ((slot) = (Slot){.kind = kString, .text = strdup(value)})
#define xsmcSetArrayBuffer(slot, bytes, count) setArrayBuffer(&(slot), bytes, count)
#define xsmcGetBufferReadable(slot, bytes, count) getBuffer(slot, (void **)(bytes), count)
#define xsmcGetBufferWritable(slot, bytes, count) getBuffer(slot, (void **)(bytes), count)
#define xsmcGet(into, object, id) ((into) = memberOf(object, id))
#define xsmcGetIndex(into, list, index) ((into) = elementOf(list, index))
#define xsmcGetHostData(slot) (*hostDataOf(slot))
#define xsmcSetHostData(slot, data) (*hostDataOf(slot) = (data))
#define xsSetHostHooks(slot, hooks) ((void)(slot), (void)(hooks))
#define xsReference(slot) (*(slot))
#define xsReferenceType kBytes
#define xsRangeError(...) throwError("RangeError", __VA_ARGS__)
#define xsUnknownError(...) throwError("Error", __VA_ARGS__)
#define xsBeginHost(machine) (void)(machine), inTaskOf(kEngineTask, "xsBeginHost")
#define xsEndHost(machine) (void)(machine), inTaskOf(kEngineTask, "xsEndHost")
#define xsRemember(slot) note("remember")
#define xsForget(slot) note("forget")
#define xsCallFunction1(function, it, argument) callFunction(function, argument)
enum { xsID_length, xsID_address, xsID_port, xsID_nodelay, xsID_from, xsID_onReadable, xsID_onWritable, xsID_onError };
typedef void (*xsMarkRoot)(xsMachine *the, xsSlot *slot);
typedef struct {
	void (*destructor)(void *data);
	void (*marker)(xsMachine *the, void *data, xsMarkRoot markRoot);
	void *snapshot;
} xsHostHooks;
#define builtinGetCallback(machine, id) callbackOf(id)
#define c_calloc(count, size) allocate(count, size)
#define c_free(block) deallocate(block)
#define c_memcpy memcpy
#define c_strlen strlen
