namespace BillingFunctions.Simulators.Stripe.Customers;

/// <summary>What sample customers are made of.</summary>
internal static class SampleText
{
    public static readonly string[] FirstNames =
        ["Ada", "Amir", "Bianca", "Chen", "Daria", "Emeka", "Fatima", "Grace", "Hugo", "Ines", "Jonas", "Keiko", "Liam", "Mina", "Noah", "Priya"];

    public static readonly string[] LastNames =
        ["Abe", "Baker", "Costa", "Diaz", "Egan", "Fischer", "Garcia", "Hansen", "Ito", "Jensen", "Kowalski", "Lopez", "Moreau", "Novak", "Okafor", "Patel"];

    public static readonly string[] Streets = ["Main Street", "High Street", "Station Road", "Park Avenue", "Mill Lane", "Church Street"];

    public static readonly string[] Plans = ["free", "basic", "pro", "enterprise"];

    public static readonly SampleCountry[] Countries =
    [
        new("US", "usd", "en-US", "+1", "CA", ["San Francisco", "Oakland", "San Diego"]),
        new("DE", "eur", "de", "+49", null, ["Berlin", "München", "Köln"]),
        new("GB", "gbp", "en-GB", "+44", null, ["London", "Leeds", "Bristol"]),
        new("JP", "jpy", "ja", "+81", "東京都", ["千代田区", "新宿区"]),
        new("FR", "eur", "fr", "+33", null, ["Paris", "Lyon", "Saint-Étienne"]),
    ];

    public static readonly string[] AwkwardNames =
    [
        "Smith, Jones & Partners",
        "The \"Quoted\" Company",
        "Two\nLines Ltd",
        "Carriage\r\nReturn GmbH",
        "=1+1",
        "+44 Trading",
        "-Minus Oy",
        "@handle Inc.",
        "\tTabbed",
        "=HYPERLINK(\"http://example.com\",\"Click\")",
        "Łukasz Żółć",
        "株式会社サンプル",
        "🚀 Rocket, \"Inc.\"",
        " leading space",
    ];

    public static readonly string[] AwkwardNotes =
        ["First line\nsecond line", "a,b;c\td", "said \"yes\"", "=cmd|'/c calc'!A0", "@SUM(1,2)", "Größe: 5 µm", "-5", "+1", "ends with quote\"", "\r\n"];
}

/// <summary>Where a sample customer lives.</summary>
internal sealed record SampleCountry(string Code, string Currency, string Locale, string Dial, string? State, string[] Cities);
