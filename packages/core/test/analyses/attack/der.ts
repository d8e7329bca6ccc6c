/** A certificate as far as its subject, in DER: what {@link subjectOf} reads of one, with nothing signed. */
export function der(name: string, groups: readonly string[]): Buffer {
  const attribute = (type: number, value: string) =>
    element(0x31, element(0x30, element(0x06, Buffer.of(0x55, 0x04, type)), element(0x0c, Buffer.from(value))));
  const subject = element(0x30, ...groups.map((group) => attribute(0x0a, group)), attribute(0x03, name));
  const version = element(0xa0, element(0x02, Buffer.of(2)));
  const serial = element(0x02, Buffer.of(1));
  const empty = element(0x30);
  return element(0x30, element(0x30, version, serial, empty, empty, empty, subject));
}

function element(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const size = content.length;
  const length = size < 0x80 ? [size] : size < 0x100 ? [0x81, size] : [0x82, size >> 8, size & 0xff];
  return Buffer.concat([Buffer.of(tag, ...length), content]);
}
