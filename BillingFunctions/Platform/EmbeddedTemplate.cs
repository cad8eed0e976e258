using HandlebarsDotNet;

namespace BillingFunctions.Platform;

/// <summary>Texts that are filled in, from the folder <c>Templates/</c> beside the type that uses them.</summary>
internal static class EmbeddedTemplate
{
    /// <summary>Compiles a template. A value that it names and does not get is an error.</summary>
    /// <param name="user">The type beside which it is.</param>
    /// <param name="name">The name of its file, without <c>.hbs</c>.</param>
    /// <param name="escape">Whether values are escaped, as in a web page.</param>
    public static HandlebarsTemplate<object, object> Compile(Type user, string name, bool escape)
    {
        using var template = user.Assembly.GetManifestResourceStream($"{user.Namespace}.Templates.{name}.hbs")!;
        using var reader = new StreamReader(template);
        return Handlebars.Create(new HandlebarsConfiguration { NoEscape = !escape, ThrowOnUnresolvedBindingExpression = true }).Compile(reader.ReadToEnd());
    }
}
