// SPDX-License-Identifier: MIT

// What firmware-slots.c does; the types are in firmware-slots-native.d.ts.

export const slotsNative = Object.freeze({
  running: native("xs_slots_running"),
  size: native("xs_slots_size"),
  chip: native("xs_slots_chip"),
  isOnTrial: native("xs_slots_is_on_trial"),
  begin: native("xs_slots_begin"),
  write: native("xs_slots_write"),
  complete: native("xs_slots_complete"),
  abort: native("xs_slots_abort"),
  confirm: native("xs_slots_confirm"),
});
