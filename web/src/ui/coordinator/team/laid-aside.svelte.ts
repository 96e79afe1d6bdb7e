/**
 * A form that is not on the page now and can be had back: what somebody typed when a colleague was quicker, or what
 * stood there before the last change. Gone with the page.
 */
export class LaidAside<Form> {
  form: Form | null = $state.raw(null);
  typed = $state(false);

  layTyped(form: Form): void {
    this.form = form;
    this.typed = true;
  }

  /** `form`: null where the last step changed nothing. */
  layBefore(form: Form | null): void {
    this.form = form;
    this.typed = false;
  }

  take(): Form | null {
    const { form } = this;
    this.form = null;
    return form;
  }
}
