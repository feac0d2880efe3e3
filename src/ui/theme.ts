import {
  ActionIcon,
  Button,
  type CSSVariablesResolver,
  createTheme,
  Menu,
  Modal,
  Slider,
  Tooltip,
} from "@mantine/core";

/** Compact and quiet: the picture is what should be seen. */
export const theme = createTheme({
  respectReducedMotion: true,
  primaryColor: "cyan",
  // White on one shade lighter has a contrast below 4.5.
  primaryShade: { light: 9, dark: 9 },
  defaultRadius: "sm",
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif',
  fontSizes: { xs: "11.5px", sm: "13px", md: "14px", lg: "16px", xl: "20px" },
  headings: { fontWeight: "600" },
  components: {
    ActionIcon: ActionIcon.extend({ defaultProps: { variant: "subtle", color: "gray", size: "md" } }),
    Button: Button.extend({
      defaultProps: { size: "xs" },
      styles: { root: { fontWeight: 500 }, section: { marginInlineEnd: 6 } },
    }),
    // The placeholder is a focusable child that a menu must not have; without it the first item gets the focus.
    Menu: Menu.extend({ defaultProps: { withInitialFocusPlaceholder: false } }),
    Modal: Modal.extend({
      defaultProps: {
        closeButtonProps: { "aria-label": "Close dialog" },
        // Mantine's is a <header>, which would be a second banner of the page.
        attributes: { header: { role: "none" } },
      },
      styles: { title: { fontWeight: 600 } },
    }),
    Slider: Slider.extend({ defaultProps: { size: 4, thumbSize: 14, label: null } }),
    Tooltip: Tooltip.extend({ defaultProps: { withArrow: true, openDelay: 600, fz: "xs" } }),
  },
});

/** Stronger than Mantine's own, which are too faint for small text (contrast below 4.5 on panels and badges). */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    "--mantine-color-dimmed": "#5b6570",
    "--mantine-color-yellow-light-color": "#7a4100",
    "--mantine-color-red-light-color": "#a51111",
    "--mantine-color-teal-light-color": "#065f44",
  },
  dark: { "--mantine-color-dimmed": "#a2abb4" },
});
