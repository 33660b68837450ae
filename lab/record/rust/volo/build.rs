fn main() {
    volo_build::Builder::protobuf()
        .add_service("proto/orders.proto")
        .include_dirs(vec!["proto".into()])
        .write()
        .unwrap();
}
