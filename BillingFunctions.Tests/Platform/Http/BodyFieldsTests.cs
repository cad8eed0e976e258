using System.Text;
using BillingFunctions.Platform.Http;

namespace BillingFunctions.Tests.Platform.Http;

public sealed class BodyFieldsTests
{
    [Theory]
    [InlineData("""{"thing":{"name":"a"},"other":1}""")]
    [InlineData("""{"name":"a","other":1}""")]
    public void Read_WrappedOrPlain_HasTheSameFields(string body)
    {
        var fields = Read(body);

        Assert.Equal(("a", 1), (fields.Text("name", 10), fields.Whole("other", 0, 9)));
        fields.RefuseOthers();
        Assert.False(fields.Errors.Any);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("\"text\"")]
    [InlineData("12")]
    [InlineData("{")]
    [InlineData("{\"name\":\"a\",}")]
    [InlineData("{\"name\":\"\\ud800\"}")]
    [InlineData("{\"\\udc00\":1}")]
    [InlineData("{\"name\":\"\u0001\"}")]
    public void Read_NoObject_IsRefused(string body) => Assert.Equal("body", Assert.Throws<InvalidJsonException>(() => Read(body)).Field);

    [Fact]
    public void Read_NotUtf8_IsRefused() => Assert.Equal("body", Assert.Throws<InvalidJsonException>(() => BodyFields.Read([(byte)'"', 0xff, (byte)'"'], "thing")).Field);

    [Fact]
    public void Read_NestedTooDeep_SaysSo()
    {
        var body = $$"""{"name":{{new string('[', 100)}}{{new string(']', 100)}}}""";

        Assert.Contains("64 deep", Assert.Throws<InvalidJsonException>(() => Read(body)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"name":"a","name":"b"}""")]
    [InlineData("""{"thing":{"name":"a","n\u0061me":"b"}}""")]
    public void Read_FieldTwice_IsRefused(string body) => Assert.Equal("name", Assert.Throws<InvalidJsonException>(() => Read(body)).Field);

    [Fact]
    public void Read_FieldInAndBesideTheWrapper_IsAnError() => Assert.Equal(["name"], Read("""{"thing":{"name":"a"},"name":"b"}""").Errors.ByField.Keys);

    [Theory]
    [InlineData("""{"name":"  a b  "}""", "a b")]
    [InlineData("""{"name":"   "}""", null)]
    [InlineData("""{"name":null}""", null)]
    [InlineData("{}", null)]
    [InlineData("""{"name":"😀😀😀😀😀"}""", "😀😀😀😀😀")]
    public void Text_Allowed_IsTrimmed(string body, string? expected)
    {
        var fields = Read(body);

        Assert.Equal(expected, fields.Text("name", 10));
        Assert.False(fields.Errors.Any);
    }

    [Theory]
    [InlineData("""{"name":"12345678901"}""")]
    [InlineData("""{"name":"a\nb"}""")]
    [InlineData("""{"name":"a\u0000"}""")]
    [InlineData("""{"name":"a\u007fb"}""")]
    [InlineData("""{"name":1}""")]
    [InlineData("""{"name":{}}""")]
    public void Text_NotAllowed_SaysWhatIs(string body)
    {
        var fields = Read(body);

        Assert.Null(fields.Text("name", 10));
        Assert.Equal("The value must be text without line breaks and other control characters, of at most 10 characters.", Assert.Single(fields.Errors.ByField["name"]));
    }

    [Theory]
    [InlineData("1", 1)]
    [InlineData("-5", -5)]
    [InlineData("0", 0)]
    public void Whole_Allowed_IsRead(string number, long expected) => Assert.Equal(expected, Read($$"""{"n":{{number}}}""").Whole("n", -5, 5));

    [Theory]
    [InlineData("6")]
    [InlineData("1.0")]
    [InlineData("1e0")]
    [InlineData("1e400")]
    [InlineData("-1e400")]
    [InlineData("99999999999999999999999999")]
    [InlineData("\"1\"")]
    [InlineData("true")]
    [InlineData("[1]")]
    public void Whole_NotAllowed_SaysWhatIs(string number)
    {
        var fields = Read($$"""{"n":{{number}}}""");

        Assert.Null(fields.Whole("n", -5, 5));
        Assert.Equal("The value must be a whole number from -5 to 5.", Assert.Single(fields.Errors.ByField["n"]));
    }

    [Theory]
    [InlineData("2026-03-01T00:00:00Z", true)]
    [InlineData("2026-03-01T00:00:00.123+05:30", true)]
    [InlineData("2000-01-01T00:00:00Z", true)]
    [InlineData("2026-03-01T00:00:00", false)]
    [InlineData("2026-02-30T00:00:00Z", false)]
    [InlineData("0001-01-01T00:00:00+14:00", false)]
    [InlineData("1999-12-31T23:59:59Z", false)]
    [InlineData("9999-12-31T23:59:59Z", false)]
    public void Time_Offset_IsRequiredAndTheYearsAreBounded(string text, bool isAllowed)
    {
        var fields = Read($$"""{"at":"{{text}}"}""");

        Assert.Equal(isAllowed, fields.Time("at") is { Offset.Ticks: 0 });
        Assert.Equal(!isAllowed, fields.Errors.Any);
    }

    [Fact]
    public void RefuseOthers_Unknown_NamesItShortAndSaysWhatThereIs()
    {
        var fields = Read($$"""{"name":"a","{{new string('x', 500)}}":1}""");
        fields.Text("name", 10);
        fields.RefuseOthers("id");

        var (field, messages) = Assert.Single(fields.Errors.ByField);

        Assert.InRange(field.Length, 1, 101);
        Assert.Contains("Fields that can be set: id, name.", Assert.Single(messages), StringComparison.Ordinal);
    }

    [Fact]
    public void Require_WrongAlready_SaysOneThingOnly()
    {
        var fields = Read("""{"n":"1"}""");

        fields.Require("n", fields.Whole("n", 0, 9));
        fields.Require("name", fields.Text("name", 10));

        Assert.Equal(["The value must be a whole number from 0 to 9.", "A value is required."], fields.Errors.ByField.SelectMany(error => error.Value));
    }

    private static BodyFields Read(string body) => BodyFields.Read(Encoding.UTF8.GetBytes(body), "thing");
}
