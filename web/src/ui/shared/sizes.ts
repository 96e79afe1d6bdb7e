const MB = 1024 * 1024;

/** A file's size as people say it: "812 kB", "3,4 MB". */
export function sizeInWords(bytes: number, locale: string): string {
  const [value, unit, digits] =
    bytes < 1024
      ? ([bytes, "byte", 0] as const)
      : bytes < MB
        ? ([bytes / 1024, "kilobyte", 0] as const)
        : ([bytes / MB, "megabyte", 1] as const);
  const style = {
    style: "unit",
    unit,
    unitDisplay: unit === "byte" ? "long" : "short",
    maximumFractionDigits: digits,
  } as const;
  return new Intl.NumberFormat(locale, style).format(value);
}

export const percent = (share: number): string => String(Math.floor(share * 100));
