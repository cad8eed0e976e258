namespace BillingFunctions.Platform;

internal static class ShortText
{
    /// <summary>At most so many UTF-16 units of a text, and an ellipsis if that is not all of it.</summary>
    public static string Of(string text, int length) => text.Length <= length ? text : BeginningOf(text, length) + "…";

    /// <summary>At most so many UTF-16 units of a text, without half a character at the end.</summary>
    public static string BeginningOf(string text, int length) =>
        text.Length <= length ? text : text[..(char.IsHighSurrogate(text[length - 1]) ? length - 1 : length)];
}
