/** The themes to choose from, as Mantine calls them and as users read them. */
export const colorSchemes = [
  { value: "light", label: "Light" },
  { value: "dark", label: "Dark" },
  { value: "auto", label: "As the system" },
] as const;

export type ColorScheme = (typeof colorSchemes)[number]["value"];
