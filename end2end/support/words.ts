// What stands on the screen, as app/src/ui/i18n has it. Journeys read the page as a person does, in both languages.

export type Language = "ar" | "en";

const ar = {
  locale: "ar-EG",
  app: "مجلس",
  connected: "متصل، والقائمة مباشرة",
  account: /^الحساب: /,
  signOut: "تسجيل الخروج",
  signIn: "دخول",
  enterHere: "الدخول هنا",
  email: "البريد الإلكتروني",
  password: "كلمة المرور",
  wrongPassword: "البريد الإلكتروني أو كلمة المرور غير صحيحة.",
  reply: "ردّك",
  send: "إرسال",
  back: "العودة إلى القائمة",
  offline: /لا اتصال منذ/,
  read: "قُرئت",
  replyToThis: "رد على هذه الرسالة",
  copyText: "نسخ النص",
  showEarlier: "عُدّلت، عرض النص السابق",
  showDeleted: "عرض ما حُذف",
};

const en: typeof ar = {
  locale: "en-GB",
  app: "Majlis",
  connected: "Connected, the list is live",
  account: /^Account: /,
  signOut: "Sign out",
  signIn: "Sign in",
  enterHere: "Enter here",
  email: "E-mail",
  password: "Password",
  wrongPassword: "The e-mail or the password is not right.",
  reply: "Your reply",
  send: "Send",
  back: "Back to the list",
  offline: /No connection for/,
  read: "Read",
  replyToThis: "Reply to this message",
  copyText: "Copy text",
  showEarlier: "Edited, show what it said before",
  showDeleted: "Show what was deleted",
};

export type Words = typeof ar;

export const words: Record<Language, Words> = { ar, en };
