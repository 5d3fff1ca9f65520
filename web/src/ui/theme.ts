/** Mantine's theme, from the tokens. */
import {
  type ButtonProps,
  createTheme,
  type MantineColorsTuple,
  type MenuProps,
  type ModalProps,
  rem,
  type TextInputProps,
  type TooltipProps,
  virtualColor,
} from "@mantine/core";

const ember: MantineColorsTuple = [
  "#fff0e6",
  "#ffdcc7",
  "#ffb88d",
  "#ffa36b",
  "#ff8b47",
  "#ff7a2f",
  "#e8590c",
  "#c94a05",
  "#b84300",
  "#8f3400",
];

/** Steel: text and surfaces of the dark theme come from it, lightest first. */
const dark: MantineColorsTuple = [
  "#e9ecf1",
  "#aab3c0",
  "#97a1b0",
  "#6b7585",
  "#3c4452",
  "#2b313c",
  "#212630",
  "#1a1e25",
  "#14171c",
  "#0e1014",
];

/** What a component is given unless it says otherwise. It is not imported for that: some are loaded late. */
const given = <Props>(defaultProps: Partial<Props>) => ({ defaultProps });

export const theme = createTheme({
  primaryColor: "action",
  colors: { ember, dark, action: virtualColor({ name: "action", light: "ember", dark: "ember" }) },
  primaryShade: { light: 7, dark: 5 },
  fontFamily: "var(--font)",
  fontFamilyMonospace: "var(--mono)",
  fontSizes: { xs: rem(12), sm: rem(13), md: rem(13), lg: rem(15), xl: rem(18) },
  headings: { fontFamily: "var(--font)", fontWeight: "650" },
  defaultRadius: "md",
  radius: { xs: rem(4), sm: rem(6), md: rem(8), lg: rem(10), xl: rem(14) },
  autoContrast: true,
  cursorType: "pointer",
  focusRing: "auto",
  components: {
    Button: given<ButtonProps>({ size: "xs", variant: "default" }),
    TextInput: given<TextInputProps>({ size: "xs" }),
    Tooltip: given<TooltipProps>({ openDelay: 400, withArrow: true, multiline: true, maw: 360 }),
    Menu: given<MenuProps>({
      shadow: "md",
      position: "bottom-start",
      withInitialFocusPlaceholder: false, // a place for the first focus that is no entry, which a menu may not have
    }),
    Modal: given<ModalProps>({
      closeButtonProps: { "aria-label": "Close" },
      centered: true,
      overlayProps: { backgroundOpacity: 0.4 },
      transitionProps: { duration: 120 },
    }),
  },
});
