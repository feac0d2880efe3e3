/** The mark of the app; decoration, so hidden from screen readers. */
export function Logo({ size }: { readonly size: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="7" fill="#0c8599" />
      <path d="M7 23V9l9 8 9-8v14" fill="none" stroke="white" strokeWidth="3.4" strokeLinejoin="round" />
    </svg>
  );
}
