// SPDX-License-Identifier: MIT

// What the page of the firmware shows: images for new boards, and signed ones for all boards.

/** As `/firmware/list` answers. */
interface FirmwareList {
  readonly folder: string;
  readonly flash: readonly {
    readonly board: string;
    readonly name: string;
    readonly version: string;
  }[];
  readonly signed: readonly {
    readonly name: string;
    readonly version: string;
    readonly board: string;
    /** Bytes. */
    readonly length: number;
  }[];
}

function byId(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (!found) throw new Error(`the page has no ${id}`);
  return found;
}

function element<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  text: string,
): HTMLElementTagNameMap[Name] {
  const made = document.createElement(name);
  made.textContent = text;
  return made;
}

function row(text: string, action: HTMLElement): HTMLElement {
  const made = element("div", "");
  made.className = "image";
  made.append(element("p", text), action);
  return made;
}

function flashRow({ board, name, version }: FirmwareList["flash"][number]): HTMLElement {
  const install = document.createElement("esp-web-install-button");
  install.setAttribute("manifest", `/firmware/images/${board}/manifest.json`);
  const connect = element("button", "Connect");
  connect.slot = "activate";
  connect.setAttribute("aria-label", `Connect a board to flash ${board}`);
  install.append(connect);
  return row(`${board}: ${name} ${version}`, install);
}

function signedRow(image: FirmwareList["signed"][number]): HTMLElement {
  const { name, version, board, length } = image;
  const tell = element("button", "Tell all boards");
  tell.setAttribute("aria-label", `Tell all boards of ${name}`);
  tell.addEventListener("click", async () => {
    tell.disabled = true;
    byId("told").textContent = await told(name);
    tell.disabled = false;
  });
  return row(`${name}: version ${version} for ${board}, ${Math.ceil(length / 1024)} KB`, tell);
}

async function told(name: string): Promise<string> {
  try {
    const response = await fetch("/firmware/tell", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ name }),
    });
    const { text, error } = (await response.json()) as { text?: string; error?: string };
    return text ?? error ?? "";
  } catch {
    return "the hub does not answer";
  }
}

async function show(): Promise<void> {
  const response = await fetch("/firmware/list");
  const { folder, flash, signed } = (await response.json()) as FirmwareList;
  byId("insecure").hidden = window.isSecureContext;
  byId("unsupported").hidden = !window.isSecureContext || "serial" in navigator;
  byId("flash").replaceChildren(
    ...(flash.length > 0
      ? flash.map(flashRow)
      : [element("p", `There is no image in ${folder}: npm run build:esp32 makes one.`)]),
  );
  byId("signed").replaceChildren(
    ...(signed.length > 0
      ? signed.map(signedRow)
      : [element("p", `There is no signed image in ${folder}: npm run image makes one.`)]),
  );
}

show().catch(() => {
  byId("told").textContent = "the hub does not answer; load the page again";
});
